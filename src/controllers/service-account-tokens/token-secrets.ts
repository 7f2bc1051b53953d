/** Secrets that hold the token of a service account, and which one. */
export const tokenType = 'kubernetes.io/service-account-token';
export const nameAnnotation = 'kubernetes.io/service-account.name';
export const uidAnnotation = 'kubernetes.io/service-account.uid';
