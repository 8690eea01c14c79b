create table if not exists customer (
  customer_id varchar(32) primary key,
  name varchar(100) not null,
  tier varchar(16) not null
);
