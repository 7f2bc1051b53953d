/** What the flags decide about admission. */
export interface AdmissionSettings {
  /** `--enable-admission-plugins`: names beside the defaults. */
  readonly enablePlugins: readonly string[];
  /** `--disable-admission-plugins`. */
  readonly disablePlugins: readonly string[];
  /** `--admission-control-config-file`: an AdmissionConfiguration; '' for none. */
  readonly configFile: string;
  /** `--default-not-ready-toleration-seconds`: how long pods stay on a node that is not ready, unless they say otherwise. */
  readonly notReadyTolerationSeconds: number;
  /** `--default-unreachable-toleration-seconds`: the same of a node that cannot be reached. */
  readonly unreachableTolerationSeconds: number;
}

export const defaultAdmission: AdmissionSettings = Object.freeze({
  enablePlugins: [],
  disablePlugins: [],
  configFile: '',
  notReadyTolerationSeconds: 300,
  unreachableTolerationSeconds: 300,
});
