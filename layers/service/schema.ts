/**
 * The front's tables, as steps that are applied once each and in order. A released step never changes: add another.
 * Everything lives in the schema `service`, so that kinds may keep their own tables in the same database.
 *
 * What the database itself guards, whoever writes to it: every journal entry sums to zero, the journal and the receipts
 * are never changed, a voucher's total never falls.
 */
export const SERVICE_SCHEMA_STEPS: readonly string[] = [
  `
  CREATE TABLE service.customer (
    id text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    email text,
    created_ms bigint NOT NULL,
    suspended boolean NOT NULL DEFAULT false,
    requests_per_s integer CHECK (requests_per_s > 0),
    daily_spend_micro_usd bigint CHECK (daily_spend_micro_usd >= 0),
    storage_bytes bigint CHECK (storage_bytes >= 0)
  );

  CREATE TABLE service.api_key (
    id text COLLATE "C" PRIMARY KEY,
    customer text COLLATE "C" NOT NULL REFERENCES service.customer (id),
    name text NOT NULL,
    key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    prefix text NOT NULL,
    scopes text[] NOT NULL,
    created_ms bigint NOT NULL,
    expires_ms bigint,
    revoked_ms bigint,
    requests_per_s integer CHECK (requests_per_s > 0),
    daily_spend_micro_usd bigint CHECK (daily_spend_micro_usd >= 0),
    storage_bytes bigint CHECK (storage_bytes >= 0)
  );
  CREATE INDEX api_key_customer ON service.api_key (customer, created_ms);

  CREATE TABLE service.s3_key (
    access_key_id text COLLATE "C" PRIMARY KEY,
    customer text COLLATE "C" NOT NULL REFERENCES service.customer (id),
    name text NOT NULL,
    secret_sealed bytea NOT NULL,
    read_only boolean NOT NULL,
    buckets text[],
    created_ms bigint NOT NULL,
    expires_ms bigint,
    revoked_ms bigint,
    requests_per_s integer CHECK (requests_per_s > 0),
    daily_spend_micro_usd bigint CHECK (daily_spend_micro_usd >= 0),
    storage_bytes bigint CHECK (storage_bytes >= 0)
  );
  CREATE INDEX s3_key_customer ON service.s3_key (customer, created_ms);

  -- Double entry in µ$: positive is a debit, negative a credit.
  CREATE TABLE service.journal_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_ms bigint NOT NULL,
    type text NOT NULL,
    reference text COLLATE "C" NOT NULL UNIQUE,
    memo text NOT NULL
  );
  CREATE TABLE service.journal_line (
    entry bigint NOT NULL REFERENCES service.journal_entry (id),
    account text COLLATE "C" NOT NULL,
    micro_usd bigint NOT NULL CHECK (micro_usd <> 0),
    PRIMARY KEY (entry, account)
  );
  CREATE INDEX journal_line_account ON service.journal_line (account, entry);
  CREATE TABLE service.ledger_balance (
    account text COLLATE "C" PRIMARY KEY,
    micro_usd bigint NOT NULL
  );

  -- All lines of an entry come in one statement and cancel out: so the journal balances after every statement.
  CREATE FUNCTION service.post_lines() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT 1 FROM new_lines GROUP BY entry HAVING sum(micro_usd) <> 0) THEN
      RAISE EXCEPTION 'journal entry does not sum to zero' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO service.ledger_balance (account, micro_usd)
      SELECT account, sum(micro_usd)::bigint FROM new_lines GROUP BY account ORDER BY account
      ON CONFLICT (account) DO UPDATE SET micro_usd = service.ledger_balance.micro_usd + excluded.micro_usd;
    RETURN NULL;
  END $$;
  CREATE TRIGGER post_lines AFTER INSERT ON service.journal_line
    REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION service.post_lines();

  CREATE FUNCTION service.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END $$;
  CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON service.journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION service.refuse_change();
  CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON service.journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION service.refuse_change();

  -- A flush that was committed is found here when its outcome was lost on the way back.
  CREATE TABLE service.meter_batch (
    id uuid PRIMARY KEY,
    tick bigint NOT NULL,
    at_ms bigint NOT NULL
  );
  CREATE TABLE service.receipt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tick bigint NOT NULL,
    at_ms bigint NOT NULL,
    customer text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    act text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    device text COLLATE "C" NOT NULL,
    work_units numeric(39, 0) NOT NULL CHECK (work_units >= 0),
    pico_usd numeric(39, 0) NOT NULL CHECK (pico_usd >= 0),
    price_pico_usd numeric(39, 0) NOT NULL CHECK (price_pico_usd >= 0)
  );
  CREATE INDEX receipt_customer ON service.receipt (customer, at_ms);
  CREATE INDEX receipt_device ON service.receipt (device, kind, tick);
  CREATE TRIGGER immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON service.receipt
    FOR EACH STATEMENT EXECUTE FUNCTION service.refuse_change();

  -- What is below a µ$ of a customer's usage of one kind, waiting to be debited.
  CREATE TABLE service.usage_carry (
    customer text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    pico_usd numeric(39, 0) NOT NULL CHECK (pico_usd >= 0 AND pico_usd < 1000000),
    PRIMARY KEY (customer, kind)
  );
  -- Lifetime totals: what vouchers promise is the floor of these.
  CREATE TABLE service.device_total (
    device text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    pico_usd numeric(39, 0) NOT NULL CHECK (pico_usd >= 0),
    work_units numeric(39, 0) NOT NULL CHECK (work_units >= 0),
    PRIMARY KEY (device, kind)
  );

  CREATE TABLE service.voucher (
    device text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    total_micro_usd numeric(39, 0) NOT NULL,
    work_units numeric(39, 0) NOT NULL,
    tick bigint NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (device, kind)
  );
  CREATE FUNCTION service.voucher_rises() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' OR NEW.total_micro_usd < OLD.total_micro_usd OR NEW.tick < OLD.tick
       OR NEW.work_units < OLD.work_units THEN
      RAISE EXCEPTION 'a voucher never goes back' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER voucher_rises BEFORE UPDATE OR DELETE ON service.voucher
    FOR EACH ROW EXECUTE FUNCTION service.voucher_rises();

  CREATE TABLE service.setting (
    name text COLLATE "C" PRIMARY KEY,
    value text NOT NULL
  );
  `,
];
