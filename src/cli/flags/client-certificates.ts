import { resolve } from 'node:path';
import type { AuthenticationOptions } from '../../authentication/options.ts';
import { flag, type ValuesOf } from '../flag.ts';
import * as type from '../flag-types.ts';

export const clientCertificateFlags = Object.freeze({
  'client-ca-file': flag(
    type.text,
    '',
    'Authorities whose client certificates name users, beside the own one. Read again when it changes.',
  ),
  'client-crl-file': flag(
    type.text,
    '',
    'Not in kube-apiserver: revocation lists in PEM form of these authorities. One out of date refuses all certificates of its issuer. Read again when it changes.',
  ),
  'requestheader-client-ca-file': flag(
    type.text,
    '',
    'Authorities of proxies in front that say in headers who is asking. Read again when it changes.',
  ),
  'requestheader-allowed-names': flag(
    type.list,
    [],
    'Common names of the client certificates that such a proxy may have; any when empty.',
  ),
  'requestheader-username-headers': flag(type.list, [], 'Headers with the user name, such as X-Remote-User.'),
  'requestheader-uid-headers': flag(type.list, [], 'Headers with the uid of the user, such as X-Remote-Uid.'),
  'requestheader-group-headers': flag(
    type.list,
    [],
    'Headers with groups of the user, such as X-Remote-Group.',
  ),
  'requestheader-extra-headers-prefix': flag(
    type.list,
    [],
    'What headers with more about the user begin with, such as X-Remote-Extra-.',
  ),
});

/** '' stays what it is: no file. */
const path = (text: string): string => (text === '' ? '' : resolve(text));

/** What the flags mean to authentication. */
export const clientCertificateOptions = (
  values: ValuesOf<typeof clientCertificateFlags>,
): Pick<AuthenticationOptions, 'clientCaFile' | 'clientCrlFile' | 'requestHeader'> => ({
  clientCaFile: path(values['client-ca-file']),
  clientCrlFile: path(values['client-crl-file']),
  requestHeader: {
    clientCaFile: path(values['requestheader-client-ca-file']),
    allowedNames: values['requestheader-allowed-names'],
    usernameHeaders: values['requestheader-username-headers'],
    uidHeaders: values['requestheader-uid-headers'],
    groupHeaders: values['requestheader-group-headers'],
    extraHeadersPrefix: values['requestheader-extra-headers-prefix'],
  },
});
