/**
 * Options of a TLS client that trusts what is in `ca` (PEM) and nothing else, be it a root, an intermediate authority or the
 * certificate of the server itself, as Go's clients do. Without it the runtime's own authorities are trusted.
 */
export const trustOnly = (ca: string | undefined): { ca?: string; allowPartialTrustChain?: true } =>
  ca === undefined ? {} : { ca, allowPartialTrustChain: true };
