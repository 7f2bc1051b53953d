import type { KubeObject } from '../../apimachinery/object.ts';

const staticSuffix = '.static.k8s.io';

/** Names that are kept for policies read from files. */
export const staticSuffixWarnings = ({ metadata }: KubeObject): string[] =>
  metadata.name?.endsWith(staticSuffix)
    ? [
        `metadata.name: names ending with ${JSON.stringify(staticSuffix)} are reserved for static manifest-based configurations and cannot be managed via the API`,
      ]
    : [];
