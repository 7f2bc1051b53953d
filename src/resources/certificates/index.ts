import { definition as certificatesigningrequests } from './certificatesigningrequests/definition.ts';
import { definition as clustertrustbundles } from './clustertrustbundles/definition.ts';
import { definition as podcertificaterequests } from './podcertificaterequests/definition.ts';

/** In the order of discovery. */
export const certificates = [
  certificatesigningrequests,
  clustertrustbundles,
  podcertificaterequests,
] as const;
