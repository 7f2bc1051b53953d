import { isQualifiedName } from '../../apimachinery/names.ts';
import type { Json, JsonObject } from '../../apimachinery/object.ts';
import { uuid } from '../../apimachinery/random.ts';
import { finishInTurns } from '../../apimachinery/steps.ts';
import { DecodeError } from '../../scheme/codec/decode-error.ts';
import { decodeText, decodeYamlText } from '../../scheme/codec/decode-text.ts';
import type { WebhookAnswer } from '../../webhook/send.ts';
import type { AdmissionRequest, AdmissionTools, RequestForm } from '../types.ts';
import { createBackends } from './backends.ts';
import { conditionsHold } from './conditions.ts';
import type { WebhookCounts } from './counts.ts';
import { callFailure, noDryRun } from './errors.ts';
import type { Hook } from './hook.ts';
import { requestOf, reviewBody } from './review.ts';
import { formFor } from './rules.ts';
import { statusErrorText } from './status-errors.ts';
import { hasLabels, isInNamespaces } from './subject.ts';
import { type Verdict, verdictIn } from './verdict.ts';

/** A hook that is to be asked, and what about. */
export interface Question {
  readonly hook: Hook;
  readonly form: RequestForm;
  readonly review: JsonObject;
}

/** What both kinds of webhooks have in common: finding out whether to ask, and asking. */
export interface Asking {
  /** Undefined when the hook has nothing to do with the request as it is now. Throws an ApiError. */
  question(hook: Hook, request: AdmissionRequest): Promise<Question | undefined>;
  /** Throws a NoVerdict for a failure that the policy decides about, an ApiError for one that it does not. */
  ask(question: Question, request: AdmissionRequest): Promise<Verdict>;
  close(): void;
}

export function createAsking(
  { reader, clock, random, ask, backendOf }: AdmissionTools,
  { mutating, counts }: { readonly mutating: boolean; readonly counts: WebhookCounts },
): Asking {
  const backends = createBackends(backendOf);

  const send = async (hook: Hook, body: Buffer): Promise<Json> => {
    const limit = new AbortController();
    const timer = clock.setTimer(hook.timeoutSeconds * secondMs, () => limit.abort(tooLate));
    try {
      return await answerIn(await backends.post(hook, body, limit.signal));
    } catch (error) {
      throw callFailure(hook, (error as Error).message, error instanceof BadAnswer ? error.code : undefined);
    } finally {
      timer.cancel();
    }
  };

  return {
    async question(hook, request) {
      const labelled = hasLabels(hook, request);
      const form = labelled ? formFor(hook, request) : undefined;
      if (!form || !isInNamespaces(hook, request, reader)) return undefined;
      const { object, oldObject } = request;
      const review = requestOf(uuid(random), request, form);
      const shown = {
        object: object && form.show(object),
        oldObject: oldObject && form.show(oldObject),
      };
      if (hook.conditions.length > 0) {
        const { object: _, oldObject: __, ...about } = review;
        const count = (found: 'excluded' | 'failed') => counts.conditions(hook, request.operation, found);
        if (!(await conditionsHold(hook, request, { request: about, ...shown }, ask, count)))
          return undefined;
      }
      return { hook, form, review: { ...review, ...asJson(shown) } };
    },
    async ask({ hook, review }, request) {
      if (request.dryRun) {
        if (hook.sparesDryRuns === undefined) throw callFailure(hook, 'Webhook SideEffects is nil', 400);
        if (!hook.sparesDryRuns) throw noDryRun(hook);
      }
      const { reviewVersion: version } = hook;
      if (!version) throw callFailure(hook, noVersion, 400);
      const answer = await send(hook, reviewBody(version, review));
      const verdict = read(hook, answer, { uid: review['uid'] as string, version, mutating });
      for (const [name, value] of Object.entries(verdict.annotations)) {
        const key = `${hook.name}/${name}`;
        if (isQualifiedName(key).length === 0) request.annotate(key, value);
      }
      for (const warning of verdict.warnings) request.warn(warning);
      return verdict;
    },
    close: backends.close,
  };
}

const noVersion =
  'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)';
const secondMs = 1_000;
/** Bytes in which an answer shows whether it is JSON. */
const lookedAt = 64;
const tooLate = new Error('context deadline exceeded');

/** An answer with an HTTP status that says that it is none. */
class BadAnswer extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** The JSON or YAML of an answer. Rejects with an Error that says what it is instead. */
async function answerIn({ status, contentType, bytes }: WebhookAnswer): Promise<Json> {
  const fail = (why: string) => new Error(`failed to call webhook: ${why}`);
  const wrong = statusErrorText(status, contentType, bytes);
  if (wrong !== undefined) throw new BadAnswer(`failed to call webhook: ${wrong}`, status);
  if (bytes.length === 0) {
    throw fail(`0-length response with status code: ${status} and content type: ${contentType}`);
  }
  try {
    const text = withoutMark(bytes);
    const isJson = /^\s*\{/.test(text.toString('latin1', 0, lookedAt));
    return (isJson ? decodeText(text, 'json') : await finishInTurns(decodeYamlText(text))).value;
  } catch (error) {
    throw fail((error as Error).message);
  }
}

/** Some platforms put a byte order mark before what they write. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;

function read(hook: Hook, answer: Json, asked: Parameters<typeof verdictIn>[1]): Verdict {
  try {
    return verdictIn(answer, asked);
  } catch (error) {
    const what =
      error instanceof DecodeError ? 'failed to call webhook' : 'received invalid webhook response';
    throw callFailure(hook, `${what}: ${(error as Error).message}`);
  }
}

const asJson = ({
  object,
  oldObject,
}: {
  readonly object: object | undefined;
  readonly oldObject: object | undefined;
}) => ({ object: object ?? null, oldObject: oldObject ?? null }) as JsonObject;
