/** What the flags decide about admission. */
export interface AdmissionSettings {
  /** `--enable-admission-plugins`: names beside the defaults. */
  readonly enablePlugins: readonly string[];
  /** `--disable-admission-plugins`. */
  readonly disablePlugins: readonly string[];
  /** `--admission-control-config-file`: an AdmissionConfiguration; '' for none. */
  readonly configFile: string;
}

export const defaultAdmission: AdmissionSettings = Object.freeze({
  enablePlugins: [],
  disablePlugins: [],
  configFile: '',
});
