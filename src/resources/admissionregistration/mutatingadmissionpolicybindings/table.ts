export { policyBindingTable as table } from '../policy-bindings.ts';
