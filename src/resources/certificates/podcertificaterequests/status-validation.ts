import { X509Certificate } from 'node:crypto';
import { parseTime } from '../../../apimachinery/clock.ts';
import {
  type FieldError,
  FieldPath,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/field-error.ts';
import { byteLength } from '../../../apimachinery/names.ts';
import { jsonEqual, type KubeObject } from '../../../apimachinery/object.ts';
import { type Condition, validateConditions } from '../../validation/conditions.ts';
import { invalidWithoutValue } from '../../validation/values.ts';
import { pemBlocks } from '../pem.ts';
import { requestedKey } from './keys.ts';
import { outcomeOf, outcomes, type RequestStatus, specOf, statusOf } from './types.ts';

const maxChainBytes = 100 * 1024;
const minuteMs = 60_000;
const maxClockSkewMs = 5 * minuteMs;
const refreshMarginMs = 10 * minuteMs;
const minLifetimeMs = 60 * minuteMs;

const status = FieldPath.of('status');
const chainPath = status.child('certificateChain');

/** A status moves once, from pending to an outcome, and stands from then on. */
export function validateRequestStatus(request: KubeObject, old: KubeObject, nowMs: number): FieldError[] {
  const { conditions = [] } = statusOf(request);
  const errors = [
    ...validateOutcomes(conditions),
    ...validateConditions(conditions, status.child('conditions')),
  ];
  if (errors.length > 0) return errors;
  const unchanged = jsonEqual(statusOf(request), statusOf(old));
  const problem = (detail: string) => [invalidWithoutValue(status, detail)];
  if (outcomeOf(old)) {
    const detail = 'immutable after PodCertificateRequest is issued, denied, or failed';
    return unchanged ? [] : problem(detail);
  }
  switch (outcomeOf(request)) {
    case 'Issued':
      return validateIssued(request, old, nowMs);
    case 'Denied':
    case 'Failed':
      return jsonEqual(statusOf(request), { conditions })
        ? []
        : problem(
            'non-condition status fields must be empty when denying or failing the PodCertificateRequest',
          );
    default:
      return unchanged
        ? []
        : problem('status is immutable unless transitioning to "Issued", "Denied", or "Failed"');
  }
}

function validateOutcomes(conditions: readonly Condition[]): FieldError[] {
  let known = 0;
  return conditions.flatMap(({ type = '', status: value }, i) => {
    const path = status.child('conditions', `[${i}]`);
    if (!outcomes.includes(type)) return [notSupported(path.child('type'), type, outcomes)];
    const detail = 'There may be at most one condition with type "Issued", "Denied", or "Failed"';
    return [
      ...(++known > 1 ? [invalid(path.child('type'), type, detail)] : []),
      ...(value === 'True' ? [] : [notSupported(path.child('status'), value, ['True'])]),
    ];
  });
}

function validateIssued(request: KubeObject, old: KubeObject, nowMs: number): FieldError[] {
  const issued = statusOf(request);
  const chain = issued.certificateChain ?? '';
  if (byteLength(chain) > maxChainBytes) return [tooLong(chainPath, maxChainBytes)];
  const certificates = readChain(chain);
  if (typeof certificates === 'string') return [invalid(chainPath, chain, certificates)];
  const leaf = certificates[0]!;
  const key = requestedKey(specOf(old));
  if (!key || !leaf.publicKey.equals(key)) {
    return [invalid(chainPath, chain, 'leaf certificate was not issued to the requested public key')];
  }
  const errors = validateTimesPresent(issued);
  if (errors.length > 0) return errors;
  return validateTimes(issued, leaf, specOf(request).maxExpirationSeconds ?? 0, nowMs);
}

/** The certificates of a chain, or what is wrong with it. */
function readChain(chain: string): X509Certificate[] | string {
  const blocks = pemBlocks(chain);
  if (blocks.length === 0) return 'issued certificate chain must contain at least one certificate';
  const certificates: X509Certificate[] = [];
  for (const { type, bytes } of blocks) {
    if (type !== 'CERTIFICATE') {
      return 'issued certificate chain must consist entirely of CERTIFICATE PEM blocks';
    }
    try {
      certificates.push(new X509Certificate(bytes));
    } catch {
      return `${certificates.length === 0 ? 'leaf' : 'intermediate'} certificate does not parse as valid X.509`;
    }
  }
  return certificates;
}

function validateTimesPresent({ notBefore, notAfter, beginRefreshAt }: RequestStatus): FieldError[] {
  const consistent = 'must be present and consistent with the issued certificate';
  return [
    ...(notBefore ? [] : [required(status.child('notBefore'), consistent)]),
    ...(notAfter ? [] : [required(status.child('notAfter'), consistent)]),
    ...(beginRefreshAt
      ? []
      : [
          required(
            status.child('beginRefreshAt'),
            'must be present and in the range [notbefore+10min, notafter-10min]',
          ),
        ]),
  ];
}

/** At most one finding, the first in the order of upstream. */
function validateTimes(
  issued: RequestStatus,
  leaf: X509Certificate,
  maxExpirationSeconds: number,
  nowMs: number,
): FieldError[] {
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  const [notBefore, notAfter] = [parseTime(issued.notBefore!), parseTime(issued.notAfter!)];
  const refresh = parseTime(issued.beginRefreshAt!);
  const of = (field: keyof RequestStatus, detail: string) => [
    invalid(status.child(field), issued[field], detail),
  ];
  const chain = (detail: string) => [invalid(chainPath, (to - from) * 1e6, detail)];
  if (notBefore !== from) {
    return of('notBefore', 'must be set to the NotBefore time encoded in the leaf certificate');
  }
  if (Math.abs(notBefore - nowMs) >= maxClockSkewMs) {
    return of('notBefore', "must be set to within 5 minutes of kube-apiserver's current time");
  }
  if (notAfter !== to) {
    return of('notAfter', 'must be set to the NotAfter time encoded in the leaf certificate');
  }
  if (to - from < minLifetimeMs) return chain('leaf certificate lifetime must be >= 1 hour');
  if (to - from > maxExpirationSeconds * 1000) {
    return chain(`leaf certificate lifetime must be <= spec.maxExpirationSeconds (${maxExpirationSeconds})`);
  }
  if (refresh < notBefore + refreshMarginMs) {
    return of('beginRefreshAt', 'must be at least 10 minutes after status.notBefore');
  }
  if (refresh > notAfter - refreshMarginMs) {
    return of('beginRefreshAt', 'must be at least 10 minutes before status.notAfter');
  }
  return [];
}
