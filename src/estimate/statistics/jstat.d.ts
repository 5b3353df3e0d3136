/** The part of jstat that the statistics use; the package brings no types. */
declare module "jstat" {
  interface Distribution {
    cdf(x: number, ...parameters: number[]): number;
    inv(p: number, ...parameters: number[]): number;
  }
  const jStat: { readonly studentt: Distribution; readonly beta: Distribution; readonly normal: Distribution };
  export default jStat;
}
