import { definition as bindings } from './bindings/definition.ts';
import { definition as componentstatuses } from './componentstatuses/definition.ts';
import { definition as configmaps } from './configmaps/definition.ts';
import { definition as endpoints } from './endpoints/definition.ts';
import { definition as events } from './events/definition.ts';
import { definition as limitranges } from './limitranges/definition.ts';
import { definition as namespaces } from './namespaces/definition.ts';
import { definition as nodes } from './nodes/definition.ts';
import { definition as persistentvolumeclaims } from './persistentvolumeclaims/definition.ts';
import { definition as persistentvolumes } from './persistentvolumes/definition.ts';
import { definition as pods } from './pods/definition.ts';
import { definition as podtemplates } from './podtemplates/definition.ts';
import { definition as replicationcontrollers } from './replicationcontrollers/definition.ts';
import { definition as resourcequotas } from './resourcequotas/definition.ts';
import { definition as secrets } from './secrets/definition.ts';
import { definition as serviceaccounts } from './serviceaccounts/definition.ts';
import { definition as services } from './services/definition.ts';

/** In the order of discovery. */
export const core = [
  bindings,
  componentstatuses,
  configmaps,
  endpoints,
  events,
  limitranges,
  namespaces,
  nodes,
  persistentvolumeclaims,
  persistentvolumes,
  pods,
  podtemplates,
  replicationcontrollers,
  resourcequotas,
  secrets,
  serviceaccounts,
  services,
] as const;
