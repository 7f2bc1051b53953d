/** Version of this package. A test compares it with package.json. */
export const version = '0.1.0';

/** The release of the API that is served. */
export const kubernetesVersion = { major: '1', minor: '36', patch: '0' } as const;

/** `v1.36.0+binnacle-0.1.0`: semantic versioning keeps the build part out of comparisons. */
export const gitVersion = `v${kubernetesVersion.major}.${kubernetesVersion.minor}.${kubernetesVersion.patch}+binnacle-${version}`;
