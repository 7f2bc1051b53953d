import type { Authenticator } from '../types.ts';

/** Common name → user, organizations → groups. The transport has checked the chain. */
export const x509: Authenticator = {
  authenticate({ certificate, certificateError }) {
    if (certificateError !== undefined) return { invalid: `client certificate: ${certificateError}` };
    if (!certificate) return undefined;
    if (certificate.commonName === '')
      return { invalid: 'client certificate: the subject has no common name' };
    return {
      user: { name: certificate.commonName, groups: [...certificate.organizations, 'system:authenticated'] },
    };
  },
};
