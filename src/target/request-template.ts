/** A request that a target answers. */
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
