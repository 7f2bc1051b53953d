import type { AdmissionPlugin, AdmissionRequest } from './types.ts';

/** The plugins in order, as the write pipeline calls them. */
export interface AdmissionChain {
  mutate(request: AdmissionRequest): Promise<void>;
  validate(request: AdmissionRequest): Promise<void>;
  readonly names: readonly string[];
}

export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  const run = async (request: AdmissionRequest, step: 'mutate' | 'validate') => {
    for (const plugin of plugins) {
      const answer = plugin[step]?.(request);
      if (answer) await answer;
    }
  };
  return {
    mutate: (request) => run(request, 'mutate'),
    validate: (request) => run(request, 'validate'),
    names: plugins.map(({ name }) => name),
  };
}
