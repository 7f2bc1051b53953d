import { X509Certificate } from 'node:crypto';
import { parseTime } from '../../apimachinery/clock.ts';
import { isNotFound } from '../../client/failure.ts';
import { type CertificateSigningRequest, certificateSigningRequests } from '../../client/kinds.ts';
import { pemBlocks } from '../../resources/certificates/pem.ts';
import { every } from '../every.ts';
import type { Controller } from '../types.ts';
import { isIssued, statusOf } from './csr.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Once an hour: requests that were decided more than an hour ago are deleted, and those that nobody got to within a day. */
export const cleaning: Controller = {
  names: ['certificatesigningrequest-cleaner-controller', 'csrcleaner'],
  start(tools) {
    const { upkeep, activity, log } = tools;
    const client = tools.clientAs('certificate-controller').of(certificateSigningRequests);
    const requests = tools.informers.of(certificateSigningRequests);
    const clean = async (): Promise<void> => {
      const old = [...requests.all()].filter((csr) => isOver(csr, upkeep.now()));
      await Promise.all(
        old.map((csr) =>
          client.delete(csr, { preconditions: { uid: csr.metadata.uid } }).catch((error: unknown) => {
            if (!isNotFound(error))
              log.warn('a CSR could not be cleaned up', { name: csr.metadata.name, error });
          }),
        ),
      );
    };
    const hourly = every(upkeep, hourMs, () => void activity.during(clean));
    return { stop: async () => hourly.stop() };
  },
};

/** `pkg/controller/certificates/cleaner`. */
function isOver(csr: CertificateSigningRequest, nowMs: number): boolean {
  const { conditions = [] } = statusOf(csr);
  const isOlder = (time: string | undefined, ms: number): boolean => {
    const sinceMs = parseTime(time ?? '') || 0;
    return sinceMs > 0 && nowMs - sinceMs > ms;
  };
  if (conditions.length === 0) return isOlder(csr.metadata.creationTimestamp, dayMs);
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type === 'Denied' || type === 'Failed') return isOlder(lastUpdateTime, hourMs);
    if (type !== 'Approved') return false;
    return isOlder(lastUpdateTime, isIssued(csr) ? hourMs : dayMs) || hasExpired(csr, nowMs);
  });
}

function hasExpired(csr: CertificateSigningRequest, nowMs: number): boolean {
  const text = Buffer.from(statusOf(csr).certificate ?? '', 'base64').toString('latin1');
  const [first] = pemBlocks(text);
  if (!first) return false;
  try {
    return new X509Certificate(first.bytes).validToDate.getTime() < nowMs;
  } catch {
    // Signed by somebody who has ideas of their own: the other deadlines hold.
    return false;
  }
}
