#pragma once

#include <type_traits>

namespace strata::describe {
class Schema;
}

/// In the header of a struct or enum, inside its namespace: says that its description is in its `.cc` file. This is all
/// a public header of `wire` needs. The definition, in the same namespace:
///
///     const describe::Schema& schema_of(std::type_identity<Location>) {
///       static const auto schema = describe::object<Location>("Location")
///                                      .field("uuid", &Location::uuid)
///                                      .field("name", &Location::name).length(1, 255)
///                                      .build();
///       return schema;
///     }
///
/// A struct must be default constructible; its member initializers are the defaults of `defaulted()` fields.
#define STRATA_DESCRIBED(Type) const ::strata::describe::Schema& schema_of(::std::type_identity<Type>)
