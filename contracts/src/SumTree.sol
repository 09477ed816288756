// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice One level of a proof: the sibling on the way from a leaf to the root.
struct ProofStep {
    bytes32 hash;
    uint256 sum;
}

/// @title SumTree: keccak Merkle-sum trees over payouts
/// @notice A sum packs two: µ$ in the upper 128 bits, WAY in the lower. A leaf is
/// keccak256(abi.encode(1, account, dollars, way)) with its sum; a node is
/// keccak256(abi.encode(leftHash, leftSum, rightHash, rightSum)) with the sum of both. The tree is padded to a power of
/// two with (0, 0). Because a node hashes its children's sums, a root fixes its sum.
library SumTree {
    /// @dev First word of a payout leaf. A node's first word is a keccak hash (or the padding's 0), which is never 1,
    /// so neither passes for the other.
    uint256 internal constant PAYOUT_TAG = 1;

    uint256 internal constant LOW = type(uint128).max;

    /// @dev 2³² leaves: more than one account in every second IPv4 address.
    uint256 internal constant MAX_DEPTH = 32;

    error ProofTooDeep(uint256 depth);
    error IndexOutsideTree(uint256 index, uint256 depth);
    error SumOverflow();

    function pack(uint256 dollars, uint256 way) internal pure returns (uint256) {
        return dollars << 128 | way;
    }

    function payoutLeaf(address account, uint128 dollars, uint128 way) internal pure returns (bytes32) {
        return keccak256(abi.encode(PAYOUT_TAG, account, dollars, way));
    }

    /// @notice Adds two packed sums.
    /// @dev The lower halves must not carry into the upper: WAY would turn into dollars.
    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        if ((a & LOW) + (b & LOW) > LOW || (a >> 128) + (b >> 128) > LOW) revert SumOverflow();
        unchecked {
            return a + b;
        }
    }

    function node(bytes32 leftHash, uint256 leftSum, bytes32 rightHash, uint256 rightSum)
        internal
        pure
        returns (bytes32 result)
    {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, leftHash)
            mstore(add(free, 0x20), leftSum)
            mstore(add(free, 0x40), rightHash)
            mstore(add(free, 0x60), rightSum)
            result := keccak256(free, 0x80)
        }
    }

    /// @notice The root and its sum that `leaf` with `sum` at `index` leads to.
    /// @dev Adds both halves apart, without carry, and looks for an overflow once at the end: halves only grow, and 33
    /// of them fit a word. Assembly because claims spend a third of their own gas here.
    /// @param proof hostile, from the leaf up; bit i of `index` says whether the path is the right child at level i.
    function rootFrom(bytes32 leaf, uint256 sum, uint256 index, ProofStep[] calldata proof)
        internal
        pure
        returns (bytes32 rootHash, uint256 rootSum)
    {
        uint256 depth = proof.length;
        if (depth > MAX_DEPTH) revert ProofTooDeep(depth);
        if (index >> depth != 0) revert IndexOutsideTree(index, depth);
        rootHash = leaf;
        rootSum = sum;
        uint256 low = sum & LOW;
        uint256 high = sum >> 128;
        assembly ("memory-safe") {
            let free := mload(0x40)
            let step := proof.offset
            for { let end := add(step, shl(6, depth)) } lt(step, end) { step := add(step, 0x40) } {
                let siblingSum := calldataload(add(step, 0x20))
                // A right child is written 0x40 further on, its sibling before it.
                let side := shl(6, and(index, 1))
                mstore(add(free, side), rootHash)
                mstore(add(add(free, 0x20), side), rootSum)
                mstore(sub(add(free, 0x40), side), calldataload(step))
                mstore(sub(add(free, 0x60), side), siblingSum)
                rootHash := keccak256(free, 0x80)
                low := add(low, and(siblingSum, 0xffffffffffffffffffffffffffffffff))
                high := add(high, shr(128, siblingSum))
                rootSum := add(shl(128, high), low)
                index := shr(1, index)
            }
        }
        if (low > LOW || high > LOW) revert SumOverflow();
    }
}
