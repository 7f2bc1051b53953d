import type { Authenticator } from '../types.ts';

/** In-process callers, for whom the transport vouches. */
export const transport: Authenticator = {
  authenticate: ({ transportUser }) => transportUser && { user: transportUser },
};
