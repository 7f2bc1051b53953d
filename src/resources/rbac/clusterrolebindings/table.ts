export { bindingTable as table } from '../bindings.ts';
