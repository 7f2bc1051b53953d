import { type FieldError, type FieldPath, invalid } from '../../../apimachinery/field-error.ts';
import type { Queuing } from './types.ts';

const maxQueues = 10_000_000;
/** Hash bits from which a flow's hand of queues is dealt. */
const maxHashBits = 60;

/** Bits needed to deal `hand` of `deck` queues. */
function entropyBits(deck: number, hand: number): number {
  let bits = 0;
  for (let i = 0; i < hand && bits <= maxHashBits; i++) bits += Math.log2(deck - i);
  return Math.ceil(bits);
}

export function validateQueuing(queuing: Queuing, path: FieldPath): FieldError[] {
  const { queueLengthLimit = 0, queues = 0, handSize = 0 } = queuing;
  const errors: FieldError[] = [];
  const check = (field: keyof Queuing, value: number, problem: string | undefined) => {
    if (problem !== undefined) errors.push(invalid(path.child(field), value, problem));
  };
  check('queueLengthLimit', queueLengthLimit, queueLengthLimit <= 0 ? 'must be positive' : undefined);
  check('queues', queues, queuesProblem(queues));
  check('handSize', handSize, handProblem(queues, handSize));
  return errors;
}

function queuesProblem(queues: number): string | undefined {
  if (queues <= 0) return 'must be positive';
  return queues > maxQueues ? `must not be greater than ${maxQueues}` : undefined;
}

function handProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive';
  if (handSize > queues) return `should not be greater than queues (${queues})`;
  return entropyBits(queues, handSize) > maxHashBits
    ? `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${maxHashBits}`
    : undefined;
}
