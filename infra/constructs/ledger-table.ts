import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { type Access, allow } from './access.ts';

type LedgerTableProps = {
  /** The environment variable by which functions know it. */
  variable: string;
  removal: 'destroy' | 'retain';
  /** `forever`, or the attribute (seconds since 1970) after which an item may go. */
  keep: 'forever' | { until: string };
};

/** A table with the keys `pk` and `sk`, paid by use, restorable to any second of the last 35 days. */
export class LedgerTable extends Construct {
  readonly table: TableV2;
  readonly #variables: Record<string, string>;

  constructor(scope: Construct, id: string, props: LedgerTableProps) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: props.removal === 'retain',
      removalPolicy: props.removal === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(props.keep === 'forever' ? {} : { timeToLiveAttribute: props.keep.until }),
    });
    this.#variables = { [props.variable]: this.table.tableName };
  }

  /** Reads by key. Never a scan, never an index: every read that decides or bills is consistent. */
  read(): Access {
    return this.#may('dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query');
  }

  /** Puts single items, which can be put if absent. */
  append(): Access {
    return this.#may('dynamodb:PutItem');
  }

  /** Puts many items at once, without conditions. */
  load(): Access {
    return this.#may('dynamodb:BatchWriteItem');
  }

  /** Rewrites and deletes items: for what can be rebuilt. */
  replace(): Access {
    return this.#may('dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem');
  }

  #may(...actions: string[]): Access {
    return { variables: this.#variables, statements: [allow(actions, this.table.tableArn)] };
  }
}
