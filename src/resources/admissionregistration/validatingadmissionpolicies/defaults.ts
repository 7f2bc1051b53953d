export { defaultPolicy as defaults } from '../policies.ts';
