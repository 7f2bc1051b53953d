import type { Target } from '../registry/context.ts';
import type { ExpectedKind } from './body.ts';

/** What the body of a write to this target must be. */
export const expectedOf = ({ definition, version }: Target): ExpectedKind => ({
  group: definition.group,
  version: version.version,
  kind: definition.kind,
  schema: version.schema,
  defaults: version.defaults,
});
