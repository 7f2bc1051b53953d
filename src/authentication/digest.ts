import { createHash } from 'node:crypto';

/**
 * What stands for a secret in tables and caches: whoever reads the memory of one finds no token, and how long a look-up takes tells
 * nothing about how much of a token was right.
 */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
