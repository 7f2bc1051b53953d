import type { CertificateFacts, Name } from './certificate-facts.ts';

/** Values of `GeneralName.type` (RFC 5280, 4.2.1.6). */
const kinds = { email: 1, host: 2, uri: 6, address: 7 } as const;
const known: readonly number[] = Object.values(kinds);

const refused = 'certificate is not authorized to sign for this name';

/**
 * Whether an authority with NameConstraints (RFC 5280, 4.2.1.10) may vouch for the certificates below it: none of their
 * alternative names is one that it excludes, and each is one that it permits, if it permits any of that kind. Constraints of
 * other kinds, such as on the subject, are refused, as upstream does.
 */
export function constraintsProblem(
  authority: CertificateFacts,
  below: readonly CertificateFacts[],
): string | undefined {
  const { constraints } = authority;
  if (!constraints) return undefined;
  const { permitted, excluded } = constraints;
  if ([...permitted, ...excluded].some(({ kind }) => !known.includes(kind))) {
    return 'name constraints of an unhandled kind';
  }
  const names = below.flatMap(({ altNames }) => altNames).filter(({ kind }) => known.includes(kind));
  const isFine = (name: Name): boolean => {
    const ofKind = (list: readonly Name[]) => list.filter(({ kind }) => kind === name.kind);
    const wanted = ofKind(permitted);
    return (
      !ofKind(excluded).some((constraint) => matches(name, constraint) !== false) &&
      (wanted.length === 0 || wanted.some((constraint) => matches(name, constraint) === true))
    );
  };
  return names.every(isFine) ? undefined : refused;
}

/** Undefined when the name is none of its kind, and so cannot be compared. */
function matches({ kind, value }: Name, constraint: Name): boolean | undefined {
  if (kind === kinds.address) return matchesAddress(value, constraint.value);
  if (typeof value !== 'string' || typeof constraint.value !== 'string') return undefined;
  if (kind === kinds.host) return matchesHost(value, constraint.value);
  if (kind === kinds.email) return matchesEmail(value, constraint.value);
  const host = URL.parse(value)?.hostname ?? '';
  return host === '' || /^[\d.]+$|^\[/.test(host) ? undefined : matchesHost(host, constraint.value);
}

/** `example.com` is itself and what is below it, `.example.com` what is below it, '' everything. */
function matchesHost(name: string, constraint: string): boolean | undefined {
  const [host, wanted] = [name.toLowerCase(), constraint.toLowerCase()];
  if (host === '' || host.startsWith('.')) return undefined;
  if (wanted === '') return true;
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
}

function matchesEmail(address: string, constraint: string): boolean | undefined {
  const at = address.lastIndexOf('@');
  if (at <= 0) return undefined;
  const [mailbox, host] = [address.slice(0, at), address.slice(at + 1)];
  const wantedAt = constraint.lastIndexOf('@');
  if (wantedAt === -1) return matchesHost(host, constraint);
  const isSameHost = host.toLowerCase() === constraint.slice(wantedAt + 1).toLowerCase();
  return isSameHost && mailbox === constraint.slice(0, wantedAt);
}

/** An address, and a constraint of an address with a mask as long. */
function matchesAddress(value: Name['value'], constraint: Name['value']): boolean | undefined {
  if (typeof value === 'string' || typeof constraint === 'string') return undefined;
  const { length } = value;
  if ((length !== 4 && length !== 16) || (constraint.length !== 8 && constraint.length !== 32))
    return undefined;
  if (constraint.length !== 2 * length) return false;
  return value.every((byte, i) => ((byte ^ constraint[i]!) & constraint[length + i]!) === 0);
}
