import { rulesAreTested } from '../helpers/spec-rules.ts';

rulesAreTested(new URL('../../src/registry/SPEC.md', import.meta.url), new URL('./', import.meta.url));
