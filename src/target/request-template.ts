/** A request that a target understands; the shape the load process takes them in (see load/job.ts). */
export interface RequestTemplate {
  readonly route: string;
  readonly class: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly weight: number;
  readonly expect: readonly number[];
  readonly fails?: boolean;
}
