import { Migration } from '@mikro-orm/migrations';

/**
 * Tickets and cards. S-360 writes them; the running product writes status (only NOT_PRINTED to PRINTED), printed_at, printed_pos_id
 * and, for transfers, current_contact_id. docs/data-model.md names the writer of every column.
 */
export class M0002Ticket extends Migration {
  override up(): void {
    this.addSql(`
      create table ticket (
        id bigint primary key,
        organization_id bigint not null references organization,
        ticket_number text not null check (length(ticket_number) between 1 and 256),
        kind text not null default 'TICKET' check (kind in ('TICKET', 'CARD')),
        status text not null default 'NOT_PRINTED'
          check (status in ('NOT_PRINTED', 'PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED')),
        status_changed_at timestamptz not null default now(),
        invalidation_reason text,
        product_id bigint not null,
        performance_id bigint,
        tariff_id bigint,
        category_id bigint,
        shipment_mode_id bigint,
        sales_channel_code text,
        price numeric(14, 2) not null check (price >= 0),
        currency text not null,
        barcode text,
        file_id bigint,
        sold_at timestamptz,
        valid_from timestamptz,
        valid_to timestamptz,
        gate text,
        block text,
        seat_row text,
        seat text,
        sorting_key text,
        purchaser_id bigint references contact,
        initial_contact_id bigint references contact,
        current_contact_id bigint references contact,
        beneficiary_id bigint references contact,
        replaces_ticket_id bigint references ticket check (replaces_ticket_id <> id),
        controlled_at timestamptz,
        printed_at timestamptz,
        printed_pos_id bigint references point_of_sales,
        unique (organization_id, ticket_number),
        -- What a ticket is sold from belongs to its own inventory organization, and its performance to its product.
        constraint ticket_product foreign key (organization_id, product_id) references product (organization_id, id),
        constraint ticket_performance foreign key (product_id, performance_id) references performance (product_id, id),
        constraint ticket_tariff foreign key (organization_id, tariff_id) references tariff (organization_id, id),
        constraint ticket_category foreign key (organization_id, category_id) references category (organization_id, id),
        constraint ticket_shipment_mode foreign key (organization_id, shipment_mode_id)
          references shipment_mode (organization_id, id),
        check (valid_from is null or valid_to is null or valid_from < valid_to),
        check (status <> 'CONTROLLED' or controlled_at is not null)
      ) with (fillfactor = 85);

      create index ticket_due_inject on ticket (organization_id, id) where status = 'NOT_PRINTED' and kind = 'TICKET';
      create index ticket_due_privileges on ticket (organization_id, id) where status = 'NOT_PRINTED' and kind = 'CARD';
      create index ticket_due_cancelled on ticket (organization_id, status_changed_at, id)
        where status in ('CANCELLED', 'INVALIDATED');
      create index ticket_due_controlled on ticket (organization_id, status_changed_at, id) where status = 'CONTROLLED';
      create unique index ticket_replaces on ticket (replaces_ticket_id) where replaces_ticket_id is not null;
      create index ticket_file on ticket (file_id) where file_id is not null;

      create function ticket_status_guard() returns trigger language plpgsql as $guard$
      begin
        if new.status = 'NOT_PRINTED' and old.status = 'PRINTED' then
          new.status := old.status;
          return new;
        end if;
        if new.status <> old.status and not (
          (old.status = 'NOT_PRINTED' and new.status in ('PRINTED', 'CONTROLLED', 'INVALIDATED', 'CANCELLED'))
          or (old.status = 'PRINTED' and new.status in ('CONTROLLED', 'INVALIDATED', 'CANCELLED'))
          or (old.status = 'CONTROLLED' and new.status in ('INVALIDATED', 'CANCELLED'))
          or (old.status = 'INVALIDATED' and new.status = 'CANCELLED')
        ) then
          raise exception 'ticket %: status % cannot become %', old.id, old.status, new.status
            using errcode = 'check_violation', constraint = 'ticket_status_transition';
        end if;
        if new.status_changed_at = old.status_changed_at then
          new.status_changed_at := now();
        end if;
        return new;
      end $guard$;

      create trigger ticket_status before update of status, invalidation_reason on ticket
        for each row
        when (old.status is distinct from new.status or old.invalidation_reason is distinct from new.invalidation_reason)
        execute function ticket_status_guard();
    `);
  }
}
