interface IngressPoint {
  readonly ip?: string;
  readonly hostname?: string;
}

/** Where a load balancer listens: the addresses, or host names where there is no address, sorted and each once. */
export function ingressPoints(ingress: readonly IngressPoint[] | undefined): string[] {
  const points = (ingress ?? [])
    .map(({ ip, hostname }) => ip || hostname || '')
    .filter((text) => text !== '');
  return [...new Set(points)].sort();
}
