export { defaultPolicyBinding as defaults } from '../policy-bindings.ts';
