import { discoveryMaxAgeSeconds, keySetPath } from '../../authentication/service-account/discovery.ts';
import { respondBytes } from '../respond.ts';
import { type Document, requireRead } from './document.ts';

const configurationPath = '/.well-known/openid-configuration';

/** What others need to check the tokens of our service accounts (OpenID Connect Discovery 1.0, RFC 7517). */
export const openIdDocument: Document = (core, request) => {
  const path = request.info.path.replace(/\/$/, '');
  if (path !== configurationPath && path !== keySetPath) return undefined;
  requireRead(request);
  const discovery = core.discovery();
  return discovery?.then(({ configuration, keySet }) => {
    const isKeySet = path === keySetPath;
    respondBytes(request, 200, isKeySet ? keySet : configuration, {
      'content-type': isKeySet ? 'application/jwk-set+json' : 'application/json',
      'cache-control': `public, max-age=${discoveryMaxAgeSeconds}`,
    });
  });
};
