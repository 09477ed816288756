// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What one payer owes for an epoch, in µ$.
struct PayerRow {
    address payer;
    uint256 amount;
}

/// @notice What verifiers computed for one epoch and sign (EIP-712). Dollars in µ$ (6 decimals), WAY in 10⁻¹⁸.
struct Statement {
    uint64 epoch;
    /// Struct hash of the statement accepted before; zero for the first.
    bytes32 previous;
    /// keccak256(abi.encode(Params)).
    bytes32 paramsHash;
    /// The block at which devices, operators and verifiers were read.
    uint64 registryBlock;
    /// keccak256(abi.encode(bytes32[])), strictly ascending.
    bytes32 bundleHeadsHash;
    /// keccak256(abi.encode(PayerRow[])), strictly ascending by payer.
    bytes32 payerRowsHash;
    uint256 dollarsIn;
    uint256 devicesDollars;
    uint256 verificationDollars;
    uint256 auctionDollars;
    /// keccak256(abi.encode(uint256[4])): wireless, compute, storage, sensors.
    bytes32 allottedByKindHash;
    uint256 wayAllotted;
    uint256 wayVested;
    uint256 stipendWay;
    uint256 reserveAfter;
    bytes32 vouchersRoot;
    bytes32 verdictsRoot;
    bytes32 devicesRoot;
    bytes32 localitiesRoot;
    bytes32 payoutsRoot;
    /// Cumulative over all epochs: µ$ << 128 | WAY.
    uint256 payoutsSum;
    bytes32 stateRoot;
    uint256 stateSum;
}

/// @title StatementLib: the one way a statement is hashed
library StatementLib {
    bytes32 internal constant TYPEHASH = keccak256(
        "Statement(uint64 epoch,bytes32 previous,bytes32 paramsHash,uint64 registryBlock,bytes32 bundleHeadsHash,"
        "bytes32 payerRowsHash,uint256 dollarsIn,uint256 devicesDollars,uint256 verificationDollars,"
        "uint256 auctionDollars,bytes32 allottedByKindHash,uint256 wayAllotted,uint256 wayVested,uint256 stipendWay,"
        "uint256 reserveAfter,bytes32 vouchersRoot,bytes32 verdictsRoot,bytes32 devicesRoot,bytes32 localitiesRoot,"
        "bytes32 payoutsRoot,uint256 payoutsSum,bytes32 stateRoot,uint256 stateSum)"
    );

    /// @notice The EIP-712 struct hash. Every field is one word, so encoding the struct encodes its fields in order.
    function structHash(Statement calldata s) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, s));
    }
}
