import { loopbackUser } from '../apimachinery/user.ts';
import type { Caller } from './context.ts';

/** The server itself, writing of its own accord. */
export const serverCaller: Caller = Object.freeze({
  user: loopbackUser,
  isServer: true,
  dryRun: false,
  fieldValidation: 'Ignore',
  warn: () => {},
  annotate: () => {},
  annotateContent: () => {},
});
