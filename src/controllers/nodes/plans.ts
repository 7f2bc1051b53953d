import type { IContainer } from 'kubernetes-models/v1';
import type { Pod } from '../../client/kinds.ts';
import { type ContainerBehavior, readBehavior } from './behavior.ts';
import { courseOfCommand } from './commands.ts';
import type { ContainerPlan, Implementation, ImplementationOf, PlanOf } from './container.ts';
import { declared, runsOn } from './declared.ts';

/** On a pod: how its containers go, in JSON, with the fields of a PodBehavior's spec. */
export const behaviorAnnotation = 'simulation.binnacle.dev/behavior';

/** What others have declared about a pod, the most particular first. */
export type DeclaredFor = (pod: Pod) => readonly (readonly ContainerBehavior[])[];

/**
 * Whatever runs a container comes first; else what was declared: by the pod's annotation, then by others; then what its command says; and what nobody knows about
 * simply runs.
 */
export function plansFrom(declaredFor: DeclaredFor, implementationOf: ImplementationOf): PlanOf {
  return (pod, container, attempt) => {
    const all = [annotated(pod).behaviors, ...declaredFor(pod)];
    const behavior = all.map((behaviors) => behaviorFor(behaviors, container)).find((found) => found);
    return planOf(behavior, container, attempt, implementationOf(pod, container));
  };
}

function planOf(
  behavior: ContainerBehavior | undefined,
  container: IContainer,
  attempt: number,
  implementation: Implementation | undefined,
): ContainerPlan {
  const now = behavior?.attempts[Math.min(attempt, behavior.attempts.length - 1)];
  const course = now?.course ?? courseOfCommand(container) ?? runsOn;
  return {
    ...(now?.imageProblem === undefined ? {} : { imageProblem: now.imageProblem }),
    startDelayMs: now?.startDelayMs ?? 0,
    implementation: implementation ?? declared(course),
  };
}

const behaviorFor = (
  behaviors: readonly ContainerBehavior[],
  { name }: IContainer,
): ContainerBehavior | undefined =>
  behaviors.find((one) => one.name === name) ?? behaviors.find((one) => one.name === '*');

interface Annotated {
  readonly behaviors: readonly ContainerBehavior[];
  /** Why the annotation says nothing. */
  readonly problem?: string;
}

const nothing: Annotated = { behaviors: [] };
/** What an annotation says, by its text: pods of one template have the same. */
const read = new Map<string, Annotated>();
const maxRemembered = 1_000;

export function annotated({ metadata }: Pod): Annotated {
  const text = metadata.annotations?.[behaviorAnnotation];
  if (text === undefined) return nothing;
  const known = read.get(text);
  if (known) return known;
  const made = parsed(text);
  if (read.size >= maxRemembered) read.clear();
  read.set(text, made);
  return made;
}

function parsed(text: string): Annotated {
  try {
    return { behaviors: readBehavior(JSON.parse(text)) };
  } catch (error) {
    return { behaviors: [], problem: (error as Error).message };
  }
}
