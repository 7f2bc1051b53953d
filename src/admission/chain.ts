import type { AdmissionPlugin, AdmissionRequest } from './types.ts';

/** The plugins in order, as the write pipeline calls them. */
export interface AdmissionChain {
  /** Answers a promise only when a plugin has to wait. */
  mutate(request: AdmissionRequest): void | Promise<void>;
  validate(request: AdmissionRequest): void | Promise<void>;
  readonly names: readonly string[];
  close(): void;
}

type Step = NonNullable<AdmissionPlugin['mutate']>;

export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const run = (steps: readonly Step[], request: AdmissionRequest, from: number): void | Promise<void> => {
    for (let at = from; at < steps.length; at++) {
      const answer = steps[at]!(request);
      if (answer) return answer.then(() => run(steps, request, at + 1));
    }
  };
  const mutating = plugins.flatMap(({ mutate }) => mutate ?? []);
  const validating = plugins.flatMap(({ validate }) => validate ?? []);
  return {
    mutate: (request) => run(mutating, request, 0),
    validate: (request) => run(validating, request, 0),
    names: plugins.map(({ name }) => name),
    close() {
      for (const { close } of plugins) close?.();
    },
  };
}
