import { timingSafeEqual } from 'node:crypto';
import { type Clock, parseTime } from '../../apimachinery/clock.ts';
import type { Log } from '../../apimachinery/log.ts';
import { isRecord, type KubeObject } from '../../apimachinery/object.ts';
import type { Reader } from '../../apimachinery/reader.ts';
import { digestOf } from '../digest.ts';
import type { TokenAuthenticator } from '../types.ts';

const tokenPattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const groupPattern = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const secrets = { group: '', resource: 'secrets' };
const namespace = 'kube-system';
const everyBootstrapper = 'system:bootstrappers';

/**
 * Tokens with which a node joins: `<id>.<secret>`, kept in the Secret `bootstrap-token-<id>` of kube-system. What is wrong with a
 * Secret makes its token unknown; the log tells, the sender is not told.
 */
export function bootstrapTokens(reader: Reader, clock: Clock, log: Log): TokenAuthenticator {
  return {
    authenticate(token) {
      const [, id, secret] = tokenPattern.exec(token) ?? [];
      if (id === undefined || secret === undefined) return undefined;
      const name = `bootstrap-token-${id}`;
      const object = reader.get(secrets, namespace, name);
      if (!object) return undefined;
      const problem = problemOf(object, id, secret, clock.now());
      if (problem !== undefined) {
        log.debug('a bootstrap token is not good', { secret: `${namespace}/${name}`, problem });
        return undefined;
      }
      return { user: { name: `system:bootstrap:${id}`, groups: groupsOf(object) } };
    },
  };
}

/** A value of the Secret as text; '' when there is none. */
function dataText(secret: KubeObject, key: string): string {
  const data = isRecord(secret['data']) ? secret['data'] : {};
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
}

function problemOf(object: KubeObject, id: string, secret: string, nowMs: number): string | undefined {
  if (object.metadata.deletionTimestamp) return 'is deleted and awaiting removal';
  if (object['type'] !== 'bootstrap.kubernetes.io/token') return 'has another type';
  if (!isSame(dataText(object, 'token-secret'), secret)) return 'has invalid value for key token-secret';
  if (dataText(object, 'token-id') !== id) return 'has invalid value for key token-id';
  const expiration = dataText(object, 'expiration');
  // What is no time counts as past.
  if (expiration !== '' && !(parseTime(expiration) > nowMs)) return 'has expired';
  if (dataText(object, 'usage-bootstrap-authentication') !== 'true') {
    return 'not marked usage-bootstrap-authentication=true';
  }
  return extraGroups(object).every((group) => groupPattern.test(group))
    ? undefined
    : 'has invalid value for key auth-extra-groups';
}

const isSame = (a: string, b: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(a)), Buffer.from(digestOf(b)));

function extraGroups(secret: KubeObject): string[] {
  const text = dataText(secret, 'auth-extra-groups');
  return text === '' ? [] : text.split(',');
}

const groupsOf = (secret: KubeObject): string[] =>
  [...new Set([everyBootstrapper, ...extraGroups(secret)])].sort();
