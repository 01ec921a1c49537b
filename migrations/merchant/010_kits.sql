-- How many of each kit could be sent now: what its scarcest component allows. A kit without components has no row.
create view kit_availability as
select component.kit_id, min(greatest(coalesce(stock.sellable - stock.reserved, 0), 0) / component.quantity)::int as available
from kit_component component
left join product_stock stock on stock.product_id = component.product_id
group by component.kit_id;

-- Of anything that may be sold, what is there, what is promised and what is free; a kit's figures come from its components.
create view product_availability as
select product.id as product_id,
       coalesce(kit.available, stock.sellable, 0) as sellable,
       case when product.kind = 'kit' then 0 else coalesce(stock.reserved, 0) end as reserved,
       coalesce(kit.available, greatest(stock.sellable - stock.reserved, 0), 0) as free
from product
left join product_stock stock on stock.product_id = product.id and product.kind = 'simple'
left join kit_availability kit on kit.kit_id = product.id and product.kind = 'kit';

-- The catalog is read in this order, page by page.
create index product_by_name on product (name, id);
