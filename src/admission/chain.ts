import { type Figure, type HistogramFigure, joinedFigures } from '../apimachinery/figure.ts';
import type { AdmissionPlugin, AdmissionRequest } from './types.ts';

/** The plugins in order, as the write pipeline calls them. */
export interface AdmissionChain {
  /** Answers a promise only when a plugin has to wait. */
  mutate(request: AdmissionRequest): void | Promise<void>;
  validate(request: AdmissionRequest): void | Promise<void>;
  readonly names: readonly string[];
  /** Of all plugins, each name once. */
  readonly figures: readonly (Figure | HistogramFigure)[];
  close(): void;
}

type Steps = readonly NonNullable<AdmissionPlugin['validate']>[];
type MutatingSteps = readonly NonNullable<AdmissionPlugin['mutate']>[];

function validateBy(steps: Steps, request: AdmissionRequest, from = 0): void | Promise<void> {
  for (let at = from; at < steps.length; at++) {
    const answer = steps[at]!(request);
    if (answer) return answer.then(() => validateBy(steps, request, at + 1));
  }
}

/** Whether one of the steps wants all of them to be asked again. */
function mutateBy(
  steps: MutatingSteps,
  request: AdmissionRequest,
  again: boolean,
  from = 0,
  wanted = false,
): boolean | Promise<boolean> {
  let more = wanted;
  for (let at = from; at < steps.length; at++) {
    const answer = steps[at]!(request, again);
    if (answer instanceof Promise) {
      return answer.then((late) => mutateBy(steps, request, again, at + 1, more || late === 'again'));
    }
    more ||= answer === 'again';
  }
  return more;
}

export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const mutating = plugins.flatMap(({ mutate }) => mutate ?? []);
  const validating = plugins.flatMap(({ validate }) => validate ?? []);
  const onceMore = async (request: AdmissionRequest) => {
    await mutateBy(mutating, request, true);
  };
  return {
    mutate(request) {
      const more = mutateBy(mutating, request, false);
      if (more instanceof Promise) return more.then((late) => (late ? onceMore(request) : undefined));
      return more ? onceMore(request) : undefined;
    },
    validate: (request) => validateBy(validating, request),
    names: plugins.map(({ name }) => name),
    figures: joinedFigures(plugins.flatMap(({ figures }) => figures ?? [])),
    close() {
      for (const { close } of plugins) close?.();
    },
  };
}
