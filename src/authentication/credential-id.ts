/** Key in a user's `extra` that tells which credential was shown (KEP-4193): `X509SHA256=…`, `JTI=…`. */
export const credentialIdKey = 'authentication.kubernetes.io/credential-id';
