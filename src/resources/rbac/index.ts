import { definition as clusterrolebindings } from './clusterrolebindings/definition.ts';
import { definition as clusterroles } from './clusterroles/definition.ts';
import { definition as rolebindings } from './rolebindings/definition.ts';
import { definition as roles } from './roles/definition.ts';

/** In the order of discovery. */
export const rbac = [clusterrolebindings, clusterroles, rolebindings, roles] as const;
