CREATE TABLE `charge_filters` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`charge_id` text NOT NULL,
	`position` integer NOT NULL,
	`values` text NOT NULL,
	`properties` text NOT NULL,
	`invoice_display_name` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `charge_filters_id_unique` ON `charge_filters` (`id`);--> statement-breakpoint
CREATE INDEX `charge_filters_charge` ON `charge_filters` (`charge_id`,`position`);--> statement-breakpoint
CREATE TABLE `pricing_units` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`short_name` text NOT NULL,
	`description` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pricing_units_id_unique` ON `pricing_units` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `pricing_units_code` ON `pricing_units` (`organization_id`,`code`);--> statement-breakpoint
ALTER TABLE `billable_metrics` ADD `filters` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `charges` ADD `regroup_paid_fees` text;--> statement-breakpoint
ALTER TABLE `charges` ADD `pricing_unit_id` text;--> statement-breakpoint
ALTER TABLE `charges` ADD `conversion_rate` text;--> statement-breakpoint
ALTER TABLE `event_inbox` ADD `withdrawn_at` integer;--> statement-breakpoint
ALTER TABLE `fees` ADD `charge_filter_id` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `grouped_by` text DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE `fees` ADD `event_transaction_id` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `succeeded_at` integer;--> statement-breakpoint
ALTER TABLE `fees` ADD `failed_at` integer;--> statement-breakpoint
ALTER TABLE `fees` ADD `refunded_at` integer;--> statement-breakpoint
ALTER TABLE `fees` ADD `deleted_at` integer;--> statement-breakpoint
ALTER TABLE `fees` ADD `pricing_unit` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `presentation_breakdowns` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `fees` ADD `item_filters` text;--> statement-breakpoint
ALTER TABLE `fees` ADD `item_filter_invoice_display_name` text;--> statement-breakpoint
CREATE UNIQUE INDEX `fees_event_once` ON `fees` (`subscription_id`,`charge_id`,`event_transaction_id`);