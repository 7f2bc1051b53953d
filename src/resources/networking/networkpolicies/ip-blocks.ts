import type { IIPBlock, INetworkPolicySpec } from 'kubernetes-models/networking.k8s.io/v1';
import { type FieldError, FieldPath, invalid, required } from '../../../apimachinery/field-error.ts';
import { type Cidr, cidrContains, formatIP, parseCidr } from '../../../apimachinery/ip.ts';
import { validateCIDRField, warningsForCIDR } from '../../ip-fields.ts';

interface PlacedBlock {
  readonly block: IIPBlock;
  readonly path: FieldPath;
}

/** All address blocks of a policy. */
export function blocksOf({ ingress = [], egress = [] }: Partial<INetworkPolicySpec>): PlacedBlock[] {
  const specPath = FieldPath.of('spec');
  const place = (peers: readonly { ipBlock?: IIPBlock }[] | undefined, path: FieldPath) =>
    (peers ?? []).flatMap(({ ipBlock }, i) =>
      ipBlock ? [{ block: ipBlock, path: path.index(i).child('ipBlock') }] : [],
    );
  return [
    ...ingress.flatMap(({ from }, i) => place(from, specPath.child('ingress').index(i).child('from'))),
    ...egress.flatMap(({ to }, i) => place(to, specPath.child('egress').index(i).child('to'))),
  ];
}

/** Exceptions are smaller ranges within the block. `oldRanges` are accepted whatever they look like. */
export function validateIPBlock(
  block: IIPBlock,
  oldRanges: readonly string[],
  path: FieldPath,
): FieldError[] {
  const { cidr = '', except = [] } = block;
  if (cidr === '') return [required(path.child('cidr'))];
  const errors = validateCIDRField(cidr, path.child('cidr'), oldRanges);
  const range = parseCidr(cidr);
  if (!range) return errors;
  for (const [i, text] of except.entries()) {
    const exceptPath = path.child('except').index(i);
    errors.push(...validateCIDRField(text, exceptPath, oldRanges));
    const exception = parseCidr(text);
    if (exception && !isStrictSubset(exception, range)) {
      errors.push(invalid(exceptPath, text, 'must be a strict subset of `cidr`'));
    }
  }
  return errors;
}

const isStrictSubset = (inner: Cidr, outer: Cidr) =>
  outer.prefix < inner.prefix && cidrContains(outer, formatIP({ family: inner.family, bits: inner.first }));

/** Blocks that should be written otherwise. */
export function ipBlockWarnings(spec: Partial<INetworkPolicySpec>): string[] {
  return blocksOf(spec).flatMap(({ block, path }) => [
    ...warningsForCIDR(block.cidr, path.child('cidr')),
    ...(block.except ?? []).flatMap((text, i) => warningsForCIDR(text, path.child('except').index(i))),
  ]);
}
