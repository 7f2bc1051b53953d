export { defaultBinding as defaults } from '../bindings.ts';
