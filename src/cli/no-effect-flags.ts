const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Flags of kube-apiserver 1.36 that take no value, or true or false, and change nothing here. */
const switches = words(`
  aggregator-reject-forwarding-redirects contention-profiling
  disable-http2-serving emulation-forward-compatible enable-aggregator-routing enable-garbage-collector
  enable-logs-handler
  log-json-split-stream log-text-split-stream permit-address-sharing permit-port-sharing profiling
  runtime-config-emulation-forward-compatible shutdown-send-retry-after watch-cache
`);

/** Flags of kube-apiserver 1.36 that take a value and change nothing here. */
const valued = words(`
  admission-control allow-metric-labels allow-metric-labels-manifest coordinated-leadership-lease-duration
  coordinated-leadership-renew-deadline coordinated-leadership-retry-period debug-socket-path
  default-watch-cache-size
  delete-collection-workers disabled-metrics egress-selector-config-file emulated-version
  etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout
  etcd-readycheck-timeout etcd-servers-overrides external-hostname feature-gates goaway-chance
  kubelet-certificate-authority kubelet-client-certificate kubelet-client-key kubelet-port
  kubelet-preferred-address-types kubelet-read-only-port kubelet-timeout kubernetes-service-node-port
  lease-reuse-duration-seconds livez-grace-period log-flush-frequency log-json-info-buffer-size
  log-text-info-buffer-size logging-format max-connection-bytes-per-sec min-compatibility-version peer-advertise-ip
  peer-advertise-port peer-ca-file proxy-client-cert-file proxy-client-key-file
  service-account-signing-endpoint show-hidden-metrics-for-version
  shutdown-watch-termination-grace-period storage-backend storage-initialization-timeout storage-media-type
  strict-transport-security-directives tls-cipher-suites tls-curve-preferences tls-min-version tls-sni-cert-key
  tracing-config-file vmodule watch-cache-sizes
`);

/**
 * Flags that scripts written for kube-apiserver may pass: accepted with a warning each. The value says whether the flag may
 * stand without one.
 */
export const noEffectFlags: ReadonlyMap<string, { readonly bare: boolean }> = new Map(
  [...switches, ...valued].map((name, i) => [name, { bare: i < switches.length }]),
);
