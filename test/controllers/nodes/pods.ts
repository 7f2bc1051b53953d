/** A pod that is bound to `node-1`, with one container `main`; `spec` and `container` come on top. */
export const boundPod = (name: string, spec: object = {}, container: object = {}) => ({
  metadata: { name },
  spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'busybox', ...container }], ...spec },
});
