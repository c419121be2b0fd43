CREATE TABLE `historical_usages` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`organization_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`customer_id` text NOT NULL,
	`external_subscription_id` text NOT NULL,
	`amount_cents` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `historical_usages_id_unique` ON `historical_usages` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `historical_usages_once` ON `historical_usages` (`customer_id`,`external_subscription_id`);