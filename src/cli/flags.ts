import type { ValuesOf } from './flag.ts';
import { admissionFlags } from './flags/admission.ts';
import { auditFlags } from './flags/audit.ts';
import { authenticationFlags } from './flags/authentication.ts';
import { authorizationFlags } from './flags/authorization.ts';
import { controllerFlags } from './flags/controllers.ts';
import { flowControlFlags } from './flags/flow-control.ts';
import { resourcesFlags } from './flags/resources.ts';
import { servingFlags } from './flags/serving.ts';
import { storageFlags } from './flags/storage.ts';

/** Flags of `serve`. Names, defaults and meaning are kube-apiserver's, unless the help text says otherwise. */
export const flags = Object.freeze({
  ...storageFlags,
  ...servingFlags,
  ...resourcesFlags,
  ...authenticationFlags,
  ...authorizationFlags,
  ...admissionFlags,
  ...flowControlFlags,
  ...auditFlags,
  ...controllerFlags,
});

export type FlagName = keyof typeof flags;
/** The values of all flags after parsing. */
export type FlagValues = ValuesOf<typeof flags>;

/** Flags that every command takes. */
export const helpFlag = 'help';
export const versionFlag = 'version';
